"""What does `import cypool` cost once NumPy is there?"""


class Import:
    def timeraw_cypool(self):
        return "import cypool", "import numpy"

    def timeraw_numpy(self):
        """To compare with."""
        return "import numpy"
