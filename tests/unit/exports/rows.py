"""Made-up rows in the shape of RealUserSim's released profiles. Nobody said any of this."""

from __future__ import annotations

import json

PROFILE = (
    'Command: Start requests in lower case.\nExamples: "can you fix my shed door", "hi there"\n\n'
    'Command: Leave out the closing mark\n  in most messages.\nExamples: "made up"\n\n'
    "Command: Ask for another version when unhappy.\nExamples:"
)
DEMOGRAPHICS = {
    "age": {"value": "25-34", "source": "inferred", "confidence": 0.7},
    "gender": {"value": "female", "source": "extracted", "confidence": None},
    "education": {"value": None, "source": None, "confidence": None},
    "occupation": {"value": "gardener", "source": "inferred", "confidence": None},
    "location": {"value": "unknown", "source": "inferred", "confidence": 0.1},
}


def row(user: str = "0123456789abcdef0123456789abcdef", **other: object) -> dict[str, object]:
    return {
        "user_ip": user,
        "demographics": DEMOGRAPHICS,
        "linguistic_profile": PROFILE,
        "num_conversations": 3,
        "profile_completeness": 0.5,
        "conversations_used": ["aa11", "bb22"],
        **other,
    }


def jsonl(rows: list[object]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in rows)
