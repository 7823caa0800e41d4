package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoChatTemplateTest {

    private static final List<ChatMessage> HELLO = List.of(ChatMessage.of("user", "Hello"));

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private String render() {
        return AutoChatTemplate.fromPretrained(folder).render(HELLO, false);
    }

    /** The reference's order: a processor's files before a tokenizer's. */
    @Test
    void theFirstPlaceWithATemplateCounts() throws IOException {
        ModelLoadingException none = assertThrows(ModelLoadingException.class, this::render);
        assertTrue(none.getMessage().contains("expected a chat template"), none.getMessage());
        write("tokenizer_config.json", "{\"chat_template\": \"of the tokenizer\"}");
        assertEquals("of the tokenizer", render());
        write("chat_template.jinja", "of a file");
        assertEquals("of a file", render());
        write("chat_template.json", "{\"chat_template\": \"of json\"}");
        assertEquals("of json", render());
        write("processor_config.json", "{\"processor_class\": \"P\"}");
        assertEquals("of json", render());
        write("processor_config.json", "{\"chat_template\": \"of the processor\"}");
        assertEquals("of the processor", render());
    }

    @Test
    void ofSeveralTheDefaultCounts() throws IOException {
        write("tokenizer_config.json", """
                {"chat_template": [{"name": "tool_use", "template": "{% include 'x' %}"}, {"name": "default", "template": "this"}]}""");
        assertEquals("this", render());
        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"that\"}]}");
        ModelLoadingException e = assertThrows(ModelLoadingException.class, this::render);
        assertTrue(e.getMessage().contains("tokenizer_config.json: chat_template: names [tool_use]"), e.getMessage());
    }

    /** As texts, as objects, with names of their own, and in the older file. */
    @Test
    void specialTokensAreTheTokenizers() throws IOException {
        write("chat_template.jinja", "{{ bos_token }}{{ eos_token }}{{ image_token }}{{ eot_token }}{{ sep_token }}");
        write("tokenizer_config.json", """
                {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false},
                "image_token": "<i>", "extra_special_tokens": {"eot_token": "<e>"}, "added_tokens_decoder": {}}""");
        write("special_tokens_map.json", "{\"sep_token\": \"<sep>\"}");
        assertEquals("<s></s><i><e>", render());
        write("tokenizer_config.json", "{\"bos_token\": \"<s>\"}");
        assertEquals("<s><sep>", render());
    }

    @Test
    void whatIsNotSupportedNamesTheFile() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"\\n{% include 'x' %}\"}");
        ModelLoadingException e = assertThrows(ModelLoadingException.class, this::render);
        assertTrue(
                e.getMessage()
                        .endsWith(
                                "tokenizer_config.json: chat template: line 2: the tag {% include %} is not supported here"),
                e.getMessage());
        write("tokenizer_config.json", "{\"chat_template\": 1}");
        assertThrows(ModelLoadingException.class, this::render);
    }
}
