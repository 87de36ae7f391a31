"""What a wave's pages show, as a workbook and a Word document for those who paste it into a report of their own."""
