"""What somebody is called, from her whole name. Knows no model."""

# The family names that nearly everybody in Vietnam bears, and common ones of its smaller peoples. Names that are as
# often given ones are left out: Kim Trần is called Kim.
_FAMILY_NAMES = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng
    tô tạ chu châu cao lương lưu thái tăng tôn quách kiều lại lục mạc nghiêm ninh nông phí sầm từ tống triệu công
    bế lò vi vàng giàng sùng mùa lầu cà quàng đàm hứa thạch danh rơ siu ksor
"""
FAMILY_NAMES = frozenset(_FAMILY_NAMES.split())


def called(name: str, language: str) -> str:
    """The given name: last in a Vietnamese name, first where somebody of another language writes it so."""
    words = name.split()
    if not words:
        return ""
    first_is_given = language != "vi" and words[0].casefold() not in FAMILY_NAMES
    return words[0] if first_is_given else words[-1]
