package io.tesserae.loaders.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

    private static final List<ChatMessage> HELLO =
            List.of(ChatMessage.of("user", "Hello"), ChatMessage.of("assistant", List.of(ContentPart.Image.place())));

    private static String render(String template) {
        return ChatTemplate.parse("t.jinja", template, Map.of("bos_token", "<s>"))
                .render(HELLO, true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "{% include 'x' %}@ the tag {% include %}",
                "{% import 'x' as y %}@ the tag {% import %}",
                "{% extends 'x' %}@ the tag {% extends %}",
                "{% block a %}{% endblock %}@ the tag {% block %}",
                "{% call f() %}{% endcall %}@ the tag {% call %}",
                "{% filter trim %}{% endfilter %}@ the tag {% filter %}",
                "{% with a = 1 %}{% endwith %}@ the tag {% with %}",
                "{% do x.append(1) %}@ the tag {% do %}",
                "{% nonsense %}@ the tag {% nonsense %}",
                "{{ messages | safe }}@ the filter safe",
                "{{ messages | map('urlize') }}@ the filter map with urlize",
                "{{ messages | selectattr('role', 'sameas', 1) }}@ the filter selectattr with sameas",
                "{{ 1 is callable }}@ the test callable",
                "{{ ''.format(1) }}@ the method format()",
                "{{ messages.append(1) }}@ the method append()",
                "{{ messages.__class__ }}@ the attribute __class__",
                "{{ messages[0](1) }}@ a call of what is neither",
                "{{ 2 ** 3 }}@ the operator **",
                "{{ 0x10 }}@ the way the number at 0",
                "{{ 99999999999999999999 }}@ a number beyond 64 bits",
                "{{ 1e400 }}@ a number that is not finite",
                "{{ -1e400 == 1 }}@ a number that is not finite",
                "{{ lipsum() }}@ the name lipsum",
                "{{ f(*messages) }}@ * before an argument",
                "{% for a in messages if loop.first %}{% endfor %}@ loop in the test",
                "{% for a in messages recursive %}{% endfor %}@ {% for … recursive %}",
                "{% break %}@ {% break %} outside",
                "{% set loop = 1 %}@ the name loop cannot be given a value",
                "{{ '\\N{DASH}' }}@ the escape \\N",
            })
    void refusesByNameWhatIsNotSupported(String template, String named) {
        String whole = "one\n" + template;
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> ChatTemplate.parse("dir/t.jinja", whole, Map.of()));
        assertTrue(e.getMessage().startsWith("dir/t.jinja: chat template: line 2: " + named), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{",
                "{%",
                "{#",
                "{{ }}",
                "{% if %}{% endif %}",
                "{% if 1 %}",
                "{% endif %}",
                "{{ 'a }}",
                "{{ a b }}",
                "{{ (1 }}",
                "{{ 1) }}",
                "{% for in x %}{% endfor %}",
                "{% for a b %}{% endfor %}",
                "{% set %}",
                "{% set 1 = 2 %}",
                "{{ a. }}",
                "{{ a is }}",
                "{{ a | }}",
                "{% raw %}",
                "{{ é }}",
                "{{ a ! b }}",
                "{{ f(a=1, 2) }}",
                "{% macro f(a=1, b) %}{% endmacro %}",
                "{% if 1 %}{% else %}{% elif 2 %}{% endif %}",
                "{{ 'a' is string is string }}"
            })
    void refusesWhatIsNoTemplate(String template) {
        assertThrows(ModelLoadingException.class, () -> ChatTemplate.parse("t", template, Map.of()));
    }

    @Test
    void theUndefinedIsNothingButHasNothing() {
        assertEquals(
                "[] 0 False True",
                render("[{{ nobody }}] {{ nobody | length }} {{ 1 in nobody }} {{ nobody is undefined }}"));
        assertEquals("", render("{% for a in nobody %}x{% endfor %}{{ messages[7] }}{{ messages[0].nothing }}"));
        for (String template : List.of(
                "{{ nobody.a }}",
                "{{ nobody[0] }}",
                "{{ nobody + 1 }}",
                "{{ messages[7].role }}",
                "{{ nobody() }}",
                "{{ nobody < 1 }}")) {
            assertThrows(ChatTemplateException.class, () -> render(template), template);
        }
    }

    @Test
    void aNameThatIsSetLaterIsUndefinedUntilThen() {
        // As Jinja settles before it renders: the loop's bos_token is the template's, which has no value yet.
        assertEquals(
                "[][b]",
                render("{% for i in [1] %}[{{ bos_token }}]{% endfor %}{% set bos_token = 'b' %}[{{ bos_token }}]"));
        assertEquals(
                "[<s>]",
                render(
                        "{% for i in [1] %}[{{ bos_token }}]{% endfor %}{% if false %}{% set bos_token = 'b' %}{% endif %}"));
    }

    @Test
    void whatATemplateRefusesIsSaidInItsWords() {
        ChatTemplateException e = assertThrows(
                ChatTemplateException.class, () -> render("\n{{ raise_exception('Only user\nand assistant') }}"));
        assertEquals(
                "t.jinja: chat template: line 2: the template refuses these messages: Only user and assistant",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{{ range(10000000) | list }}",
                "{{ 'abc' * 1000000000 }}",
                "{{ [1] * 1000000000 }}",
                "{% set n = namespace(t='0123456789') %}{% for a in range(60) %}{% set n.t = n.t + n.t %}{% endfor %}",
                "{% set n = namespace(t='0123456789') %}{% for a in range(60) %}{% set n.t = n.t.replace('', n.t) %}{% endfor %}",
                "{% set n = namespace(t=[]) %}{% for a in range(60) %}{% set n.t = n.t + n.t + [1] %}{% endfor %}",
                "{% set n = namespace(t=[]) %}{% for a in range(60) %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t }}",
                "{% set n = namespace(t=[]) %}{% for a in range(60) %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t | tojson }}",
                "{% set n = namespace(t=[]) %}{% for a in range(60) %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t == [n.t[0], n.t[1]] }}",
                "{% set n = namespace(t=[]) %}{% for a in range(90000) %}{% set n.t = [n.t] %}{% endfor %}{{ n.t }}",
                "{% set n = namespace(t=[]) %}{% for a in range(90000) %}{% set n.t = [n.t] %}{% endfor %}{{ n.t == [n.t] }}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 1 // 0 }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ 'a' | indent(1000000000, true) }}",
                "{{ [1] | tojson(indent=1000000000) }}"
            })
    void whatWouldNeverEndEndsInOneLine(String template) {
        ChatTemplate parsed = ChatTemplate.parse("t", template, Map.of());
        assertTimeout(Duration.ofSeconds(20), () -> {
            ChatTemplateException e = assertThrows(ChatTemplateException.class, () -> parsed.render(HELLO, true));
            assertTrue(e.getMessage().startsWith("t: chat template: line 1: "), e.getMessage());
            assertTrue(e.getMessage().length() < 300, e.getMessage());
        });
    }

    @Test
    void deepNestingIsAnErrorNotAStackOverflow() {
        for (String[] nest : new String[][] {
            {"{{ ", "(", "1", ")", " }}"},
            {"{{ ", "[", "", "]", " }}"},
            {"{{ ", "not ", "1", "", " }}"},
            {"{{ ", "- ", "1", "", " }}"},
            {"{{ ", "{1:", "1", "}", " }}"},
            {"{{ ", "1 if ", "1", "", " }}"},
            {"{{ ", "1 if 1 else ", "1", "", " }}"},
            {"{{ a", "[a", "", "]", " }}"},
            {"{{ a", "(a", "", ")", " }}"},
            {"{{ a", "|d(a", "", ")", " }}"},
            {"{{ 1", " + 1", "", "", " }}"},
            {"{{ 1", "|d", "", "", " }}"},
            {"{{ a", " is defined", "", "", " }}"},
            {"{{ ''", ".strip()", "", "", " }}"},
            {"{% set ", "(", "a", ")", " = 1 %}"},
            {"", "{% if 1 %}", "", "{% endif %}", ""},
            {"", "{% if 1 %}{% else %}", "", "{% endif %}", ""},
            {"", "{% for a in [1] %}", "", "{% endfor %}", ""},
            {"", "{% set a %}", "", "{% endset %}", ""},
            {"", "{% macro a() %}", "", "{% endmacro %}", ""},
        }) {
            for (int depth : new int[] {200, 50_000}) {
                String template = nest[0] + nest[1].repeat(depth) + nest[2] + nest[3].repeat(depth) + nest[4];
                try {
                    ChatTemplate.parse("t", template, Map.of()).render(HELLO, true);
                } catch (ModelLoadingException | ChatTemplateException e) {
                    assertTrue(e.getMessage().length() < 300, e.getMessage());
                }
            }
        }
    }

    @Test
    void aFilterThatMapsByItselfWithoutEndIsAnErrorNotAStackOverflow() {
        ChatTemplateException e = assertThrows(
                ChatTemplateException.class,
                () -> render("{% set n = namespace(t=[]) %}{% for a in range(90000) %}{% set n.t = [n.t] %}{% endfor %}"
                        + "{{ n.t | map(" + "'map', ".repeat(20_000) + "'list') | list | length }}"));
        assertTrue(e.getMessage().contains("nested more than"), e.getMessage());
        assertEquals(
                "[1, 2]",
                render("{% for inner in [['a', 'bc']] | map('map', 'length') %}{{ inner | list }}{% endfor %}"));
    }

    @Test
    void manyTagsTakeTimeInProportion() {
        assertTimeout(Duration.ofSeconds(10), () -> {
            for (String piece : List.of(
                    "{{ a }}",
                    "{# a #}",
                    "{ ",
                    "{% raw %}{% endraw %}",
                    "{% if a %}{% elif b %}{% endif %}\n",
                    " \n")) {
                String template = piece.repeat(1_000_000 / piece.length());
                ChatTemplate.parse("t", template, Map.of()).render(HELLO, true);
            }
        });
    }

    @Test
    void aTemplateThatIsTooLongIsRefused() {
        assertThrows(ModelLoadingException.class, () -> ChatTemplate.parse("t", "a".repeat((1 << 20) + 1), Map.of()));
    }

    @Test
    void variablesStandBeforeSpecialTokens() {
        ChatTemplate template =
                ChatTemplate.parse("t", "{{ bos_token }}{{ n + 1 }}{{ on is true }}", Map.of("bos_token", "<s>"));
        assertEquals("<b>3True", template.render(HELLO, true, Map.of("bos_token", "<b>", "n", 2, "on", true)));
        assertThrows(IllegalArgumentException.class, () -> template.render(HELLO, true, Map.of("n", 1.5)));
        assertThrows(IllegalArgumentException.class, () -> template.render(HELLO, true, Map.of("messages", "x")));
        assertThrows(IllegalArgumentException.class, () -> template.render(List.of(), true));
    }

    @Provide
    Arbitrary<String> templates() {
        return Arbitraries.of(
                        "{{",
                        "}}",
                        "{%",
                        "%}",
                        "{#",
                        "#}",
                        "-",
                        "+",
                        " ",
                        "\n",
                        "if",
                        "else",
                        "endif",
                        "for",
                        "in",
                        "endfor",
                        "set",
                        "endset",
                        "macro",
                        "endmacro",
                        "raw",
                        "endraw",
                        "x",
                        "messages",
                        "loop",
                        ".",
                        "role",
                        "[",
                        "]",
                        "(",
                        ")",
                        "{ ",
                        "}",
                        ":",
                        ",",
                        "'a'",
                        "1",
                        "2.5",
                        "|",
                        "trim",
                        "tojson",
                        "list",
                        "is",
                        "defined",
                        "not",
                        "and",
                        "~",
                        "==",
                        "<",
                        "*",
                        "=")
                .list()
                .ofMaxSize(25)
                .map(words -> String.join(" ", words));
    }

    @Property
    void nothingElseIsEverThrown(@ForAll("templates") String template) {
        for (String whole :
                List.of(template, "{{ " + template + " }}", "{% for x in messages %}" + template + "{% endfor %}")) {
            try {
                render(whole);
            } catch (ModelLoadingException | ChatTemplateException expected) {
                assertTrue(expected.getMessage().startsWith("t.jinja: chat template: "), expected.getMessage());
            }
        }
    }
}
