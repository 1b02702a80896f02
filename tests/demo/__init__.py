"""Believable offices: months of cases of all five services, filled on JavaRosa phones and sent through their own door.

Every person is invented. Identity numbers have serials from 9000, which civil registries do not hand out.
"""
