"""A phone without a phone: stock JavaRosa inside ODK Validate, and what Collect does around it."""
