"""The letter an office writes itself, as a sheet of its SOP workbook: correspondence, records, orders, receipts."""
