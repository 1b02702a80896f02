"""The SOP at run time: workbook + events + calendar -> state. Pure."""
