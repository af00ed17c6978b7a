"""`python -m persona_extract`."""

from persona_extract.cli import main

main()
