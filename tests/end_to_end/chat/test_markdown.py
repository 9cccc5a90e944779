"""Discord's markdown as nodes: what it makes, and that nothing makes HTML of it."""

import random
from typing import Any

import pytest
from playwright.async_api import Page

from tests.end_to_end import _page

pytestmark = [
    pytest.mark.skipif(_page.CHROMIUM is None, reason="there is no chromium to drive"),
    pytest.mark.asyncio(loop_scope="session"),
]

ALLOWED = {"a", "blockquote", "br", "button", "code", "div", "em", "li", "ol", "p", "pre", "s"}
ALLOWED |= {"span", "strong", "time", "u", "ul"}
# Pieces that mean something to Discord, to HTML or to the page's own rules.
PIECES = ["*", "**", "***", "_", "__", "~~", "||", "`", "```", "```js", "\n> ", "\n>>> ", "\n- "]
PIECES += ["\n-# ", "\n# ", "\n1. ", "[", "]", "(", ")", "<", ">", "</", "/>", "\\", "&", "&lt;"]
PIECES += ['"', "'", "=", "${x}", "<script>", "</script>", "<img ", "<svg/onload=alert(1)>"]
PIECES += ["<a onclick=x()>", "javascript:alert(1)", "data:text/html,x", "https://example.com"]
PIECES += ["http://[::1]/", 'https://e.com/"onmouseover="x', "[x](javascript:alert(1))"]
PIECES += ["[y](https://", "<@5>", "<@&6>", "<#7>", "</go:8>", "<t:1:R>", "<t:99999999999999999:F>"]
PIECES += ["@everyone", "word", "日本", "é", "👍", "\u202e", "\0"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b *bi* b**", "<strong>b <em>bi</em> b</strong>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("__u__ ~~s~~", "<u>u</u> <s>s</s>"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        (r"\*not\* ~~gone~~", "*not* <s>gone</s>"),
        ("`a*b*`", '<code class="md-code">a*b*</code>'),
        ("> quoted\nafter", '<blockquote class="md-quote">quoted</blockquote>after'),
        (">>> all\nof it", '<blockquote class="md-quote">all\nof it</blockquote>'),
        ("1 > 2", "1 &gt; 2"),
        ("<@5> <#6>", '<span class="mention">@u5</span> <span class="mention">#c6</span>'),
        ("<@&7> </go:8>", '<span class="mention">@r7</span> <span class="mention">/go</span>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("<b onclick=x>", "&lt;b onclick=x&gt;"),
        ("# Big\n-# small", '<p class="md-heading md-heading-1">Big</p>'
                            '<p class="md-subtext">small</p>'),
        ("- a\n- b\n  - c", '<ul class="md-list"><li>a</li><li>b<ul class="md-list"><li>c</li>'
                            "</ul></li></ul>"),
        ("3. c\n4. d", '<ol class="md-list" start="3"><li>c</li><li>d</li></ol>'),
        ("- one\n1. two", '<ul class="md-list"><li>one</li></ul><ol class="md-list">'
                          "<li>two</li></ol>"),
        ("-not a list", "-not a list"),
    ],
)  # fmt: skip
async def test_markdown_becomes_nodes(modules: Page, text: str, html: str):
    assert await rendered(modules, text) == html


async def test_a_block_of_code_names_its_language_and_keeps_its_text(modules: Page):
    html = await rendered(modules, "```python\nif a < b:\n    **go**\n```")
    assert '<span class="code-language">python</span>' in html
    assert "<code>if a &lt; b:\n    **go**</code>" in html


async def test_the_viewers_mentions_stand_out(modules: Page):
    html = await rendered(modules, "<@1> <@2>", viewer="1")
    assert html.startswith('<span class="mention mine">@u1</span> <span class="mention">@u2')


async def test_links_open_elsewhere_and_tell_nobody_from_where(modules: Page):
    html = await rendered(modules, "see https://example.com/a_b_c.")
    assert 'href="https://example.com/a_b_c"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert html.endswith("</a>.")


async def test_a_masked_link_says_where_it_leads(modules: Page):
    html = await rendered(modules, "[here](https://example.com/far)")
    assert 'title="https://example.com/far"' in html
    assert "data-masked" in html


async def test_times_are_relative_where_asked(modules: Page):
    now = await modules.evaluate("Math.floor(Date.now() / 1000)")
    assert "in 2 hours" in await rendered(modules, f"<t:{now + 7300}:R>")
    assert await rendered(modules, "<t:99999999999999999:R>") == "&lt;t:99999999999999999:R&gt;"


async def test_no_markdown_makes_html(modules: Page):
    """Whatever is thrown together: only known elements, no handlers, only web addresses."""
    chance = random.Random(7)
    texts = [
        "".join(chance.choice(PIECES) + chance.choice(["", " ", "\n"]) for _ in range(length))
        for length in range(1, 60)
        for _ in range(12)
    ]
    found = await modules.evaluate(
        """async (texts) => {
            const { renderMarkdown } = await import("/web/markdown.js");
            const tags = new Set(), attributes = new Set(), schemes = new Set();
            for (const text of texts) {
                for (const element of renderMarkdown(text).querySelectorAll("*")) {
                    if (element.closest("svg")) continue;
                    tags.add(element.localName);
                    for (const name of element.getAttributeNames()) attributes.add(name);
                    if (element.href) schemes.add(new URL(element.href).protocol);
                }
            }
            return { tags: [...tags], attributes: [...attributes], schemes: [...schemes] };
        }""",
        texts,
    )
    assert set(found["tags"]) <= ALLOWED
    assert not [name for name in found["attributes"] if name.startswith("on") or name == "style"]
    assert set(found["schemes"]) <= {"http:", "https:"}
    assert len(found["tags"]) > 10  # the fuzz reached the rules at all


async def test_no_text_is_lost(modules: Page):
    text = "a *b c\n> d\n- e **f\n```g\nh `i` ||j"
    shown = await modules.evaluate(
        """async (text) => {
            const { renderMarkdown } = await import("/web/markdown.js");
            return renderMarkdown(text).textContent;
        }""",
        text,
    )
    assert [letter for letter in shown if letter.isalpha()] == list("abcdefghij")


async def test_hostile_markdown_is_rendered_in_time(modules: Page):
    hostile = ("*_", "[", "||", "> ", "`", "- \n", "  - a\n", "***", "<", "1. \n")
    for text in (piece * (6000 // len(piece)) for piece in hostile):
        took = await modules.evaluate(
            """async (text) => {
                const { renderMarkdown } = await import("/web/markdown.js");
                const begun = performance.now();
                renderMarkdown(text);
                return performance.now() - begun;
            }""",
            text,
        )
        assert took < 1500, text[:6]


async def rendered(modules: Page, text: str, viewer: str = "") -> Any:
    return await modules.evaluate(
        """async ([text, viewer]) => {
            const { renderMarkdown } = await import("/web/markdown.js");
            const names = { user: (id) => `u${id}`, role: (id) => `r${id}`,
              channel: (id) => `c${id}`, isViewer: (kind, id) => kind === "user" && id === viewer };
            const holder = document.createElement("div");
            holder.append(renderMarkdown(text, names));
            return holder.innerHTML;
        }""",
        [text, viewer],
    )
