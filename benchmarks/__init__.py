"""One runnable file per promise about speed: `make bench NAME=search SIZE=300000`."""
