"""What answers: one file per page, feed or report. Never writes."""
