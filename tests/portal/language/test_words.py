"""The reader of pages itself: it finds what is foreign, and leaves alone what may be."""

from tests.audit.words import foreign, spoken


def page(body: str, language: str) -> str:
    return f'<!doctype html><html lang="{language}"><head><title>T</title></head><body>{body}</body></html>'


def found(body: str, language: str, *names: str) -> list[str]:
    return list(foreign(page(body, language), language, names))


def test_a_message_left_in_english_is_foreign_on_a_vietnamese_page():
    assert found("<p>Chào bạn.</p><button>Save draft</button>", "vi") == ["Save draft"]


def test_an_english_sentence_that_no_catalogue_knows_is_foreign_too():
    assert found("<p>Brew with your own kettle</p>", "vi") == ["Brew with your own kettle"]


def test_what_is_read_aloud_counts_as_what_is_seen():
    body = '<input placeholder="Search…"><img alt="Loading" src="x"><a aria-label="Back">←</a>'
    body += '<input type="submit" value="Copy">'
    assert found(body, "vi") == ["Search…", "Loading", "Back", "Copy"]


def test_vietnamese_words_are_foreign_on_an_english_page():
    assert found("<p>Good evening</p><p>Lưu bản nháp</p>", "en") == ["Lưu bản nháp"]


def test_names_do_not_make_a_sentence_foreign():
    assert found("<p>The café in Hàng Bún street had a red machine.</p><b>Ngọc Hân</b>", "en", "Ngọc Hân") == []


def test_words_that_say_their_language_are_left_alone():
    assert found('<p lang="en">Rain on the roof, <b>and here it stays</b></p>', "vi") == []
    assert found('<p lang="vi">Mưa trên mái</p>', "en") == []


def test_a_message_marked_with_the_wrong_language_is_left_to_the_eye_but_its_neighbour_is_not():
    assert found('<p lang="en">Save draft</p><p>Save draft</p>', "vi") == ["Save draft"]


def test_what_somebody_typed_into_a_field_is_hers():
    assert found("<textarea placeholder='Viết'>Is it you?</textarea><p>Nói “is it you” đi</p>", "vi") == []


def test_code_and_scripts_say_nothing():
    assert found("<code>git push to the house</code><script>for (const it of this) {}</script>", "vi") == []


def test_language_goes_back_after_a_marked_part():
    assert spoken('<p>a<b lang="en">b</b>c<br>d</p>') == [("vi", "a"), ("en", "b"), ("vi", "c"), ("vi", "d")]
