"""Data-flow analysis: what is known of the data at every state of a machine, without running it.

`dataflow_of` runs the machine on shapes instead of values (`walk`, `visit`), from a given input to a fixpoint. The `Dataflow` says
what shape arrives at a state and leaves it, what every field read and found there, and by which route something came to be
missing. What is claimed with Absence.KNOWN or without `any` holds for every execution; everything else is marked as unknown.
Rules ask it; it knows no rule and words nothing but routes.
"""

from __future__ import annotations

from asl_engine.analysis.dataflow.analysis import Dataflow, dataflow_of

__all__ = ["Dataflow", "dataflow_of"]
