"""The User-Sim Index (arXiv 2603.11245): exact features of users' turns, and scores over them."""
