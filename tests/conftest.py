"""Hypothesis profiles: the same 3,300 examples every time in CI and by default, or 20,000 of them; `explore` tries a million new ones."""

import os

import hypothesis

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("thorough", max_examples=610, derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("explore", max_examples=31_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
