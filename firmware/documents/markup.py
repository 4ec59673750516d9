"""Text between tags and in attributes of HTML and SVG."""


def escape(text: str) -> str:
    """`text` so that no character of it means anything to HTML or XML, between tags or inside quotes."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&quot;").replace("'", "&#39;")
