"""`persona-extract pack validate`: is a pack good?"""

from __future__ import annotations

from persona_extract.cli.arguments import AsJson, PackFolder


def validate(folder: PackFolder, json: AsJson = False) -> None:
    """Check a pack: files, checksums, schema, ids, counts, evidence. Exit 3 if it fails.

    [dim]persona-extract pack validate runs/demo/pack[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.errors import GateRefused
    from persona_extract.packs.read import validate_pack, verdict

    findings = validate_pack(folder)
    if json:
        print_json(verdict(folder, findings))
    else:
        for finding in findings:
            print_lines([f"{finding.file}{finding.place}: {finding.problem}"])
    if findings:
        raise GateRefused(f"{folder} is not valid: {len(findings)} findings.")
    if not json:
        print_lines([f"{folder} is valid."])
