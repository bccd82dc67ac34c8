from wtsfast._processes import ProcessSnapshot
from wtsfast._results import ProcessTotals

def totals(snapshot: ProcessSnapshot, by: str) -> list[ProcessTotals]: ...
