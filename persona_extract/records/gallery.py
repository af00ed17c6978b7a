"""What `pack gallery` made."""

from __future__ import annotations

from persona_extract.records.fields import Record


class GalleryMade(Record):
    """A gallery on disk: its folder, the page to open, how many profiles and files, and bytes."""

    folder: str
    index: str
    n_profiles: int
    n_files: int
    n_bytes: int
