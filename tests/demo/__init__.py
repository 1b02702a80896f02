"""A believable office: months of ABH cases, filled on JavaRosa phones and sent through the phones' own door.

Every person is invented. Identity numbers have serials from 9000, which civil registries do not hand out.
"""
