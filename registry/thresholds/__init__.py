"""The desk "Ngưỡng so trùng": where the two lines on the score are drawn, what drawing them elsewhere would do, and how
good the lines are by what officers decided."""
