"""Door for ODK Collect: form list, manifest, downloads and submissions (OpenRosa 1.0).

It parses, calls one action or query, and writes the answer; refusals are OpenRosaResponse documents
with a sentence for the enumerator, because that is what Collect shows.
"""

from server.openrosa.door import create_blueprint

__all__ = ["create_blueprint"]
