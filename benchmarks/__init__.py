"""What Easel claims about speed, runnable: `make bench`."""
