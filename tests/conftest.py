"""Hypothesis profiles: the same examples every time in CI and by default; HYPOTHESIS_PROFILE=explore looks further."""

import os

import hypothesis

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("explore", max_examples=20_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
