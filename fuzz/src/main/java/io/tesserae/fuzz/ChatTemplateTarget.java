package io.tesserae.fuzz;

import com.google.gson.JsonParser;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ChatTemplate;
import io.tesserae.loaders.chat.ChatTemplateException;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A chat template, parsed and rendered with a short conversation. It may ask for all that rendering may cost, but for no more. */
public final class ChatTemplateTarget implements FuzzTarget {

    private static final ChatTemplateTarget TARGET = new ChatTemplateTarget();

    private static final List<ChatMessage> MESSAGES = List.of(
            ChatMessage.of("system", "Be kind."),
            ChatMessage.of("user", List.of(new ContentPart.Text("What is this?"), ContentPart.Image.place())),
            ChatMessage.of("assistant", "A ship.\n"));

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "chat-template";
    }

    @Override
    public long read(byte[] input) {
        String template = new String(input, StandardCharsets.UTF_8);
        ChatTemplate.parse("input", template, Map.of("bos_token", "<s>", "eos_token", "</s>"))
                .render(MESSAGES, true);
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class, ChatTemplateException.class);
    }

    /** What the limits of steps and characters come to, with the garbage. */
    @Override
    public Bound bound() {
        return new Bound(1L << 30, 2048);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        byte[] packed = TestData.bytes("chat-template-cases.json.gz");
        String text;
        try (InputStream cases = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            text = new String(cases.readAllBytes(), StandardCharsets.UTF_8);
        }
        JsonParser.parseString(text)
                .getAsJsonObject()
                .getAsJsonObject("templates")
                .entrySet()
                .forEach(entry ->
                        seeds.put(entry.getKey(), entry.getValue().getAsString().getBytes(StandardCharsets.UTF_8)));
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "{{",
                "}}",
                "{%",
                "%}",
                "{%-",
                "-%}",
                "{#",
                "#}",
                "{% for m in messages %}",
                "{% endfor %}",
                "{% if ",
                "{% else %}",
                "{% endif %}",
                "{% set ",
                "{% endset %}",
                "{% macro f(a, b=1) %}",
                "{% endmacro %}",
                "{{ f(1) }}",
                "{% raw %}",
                "{% endraw %}",
                "{% break %}",
                "{% continue %}",
                "namespace(a=1)",
                "ns.a",
                "loop.index0",
                "loop.last",
                "range(9)",
                "| trim",
                "| tojson",
                "| list",
                "| join(', ')",
                "| map('upper')",
                "| selectattr('role')",
                "| replace('', 'a')",
                " is defined",
                " not in ",
                " ~ ",
                " * 9",
                "[::-1]",
                "[1:]",
                ".split()",
                ".items()",
                "raise_exception('a')",
                "strftime_now('%d %b %Y')",
                "9223372036854775807",
                "1e308",
                "'\\u00e9'");
    }

    @Override
    public int longestInput() {
        return 8 << 10;
    }
}
