"""Pages of supervision: the board that shows the worst first, and the page where anybody can complain."""
