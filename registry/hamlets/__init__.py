"""Desk: the list of hamlets (thôn, xóm, ấp, bản, tổ dân phố …) that the chief of a commune keeps."""
