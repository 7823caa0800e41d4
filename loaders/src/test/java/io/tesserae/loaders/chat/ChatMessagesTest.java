package io.tesserae.loaders.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.chat.ContentPart.Image;
import io.tesserae.loaders.chat.ContentPart.Image.Source;
import io.tesserae.loaders.files.ModelLoadingException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatMessagesTest {

    @Test
    void readsTextsAndPictures() {
        assertEquals(
                List.of(
                        ChatMessage.of("system", ""),
                        ChatMessage.of(
                                "user",
                                List.of(
                                        new ContentPart.Text("a"),
                                        Image.place(),
                                        new Image(Source.URL, "http://x/y.png"),
                                        new Image(Source.PATH, "y.png"),
                                        new Image(Source.IMAGE, "z.png"),
                                        new Image(Source.URL, "u"),
                                        new Image(Source.URL, "v")))),
                ChatMessages.parse("""
                        [{"role": "system", "content": ""}, {"content": [{"type": "text", "text": "a"}, {"type": "image"},
                        {"type": "image", "url": "http://x/y.png"}, {"type": "image", "path": "y.png"},
                        {"type": "image", "image": "z.png"}, {"type": "image_url", "image_url": {"url": "u"}},
                        {"type": "image_url", "image_url": "v"}], "role": "user"}]""", "chat.json"));
        assertEquals(List.of(), ChatMessages.parse("[]", "chat.json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "{} @ expected a list",
                "[1] @ [0]: expected an object",
                "[{}] @ [0].role: expected a string",
                "[{\"role\": \"\", \"content\": \"a\"}] @ [0].role: expected who speaks",
                "[{\"role\": \"user\"}] @ [0].content: expected a string or a list",
                "[{\"role\": \"user\", \"content\": {}}] @ [0].content: expected a string or a list",
                "[{\"role\": \"user\", \"content\": 1}] @ [0].content: expected a string",
                "[{\"role\": \"user\", \"content\": \"a\", \"tool_calls\": []}] @ [0].tool_calls: the key is not supported",
                "[{\"role\": \"user\", \"content\": [\"a\"]}] @ [0].content[0]: expected an object",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"video\"}]}] @ [0].content[0].type: expected text",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}] @ [0].content[0].text: expected a string",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"url\": \"\"}]}] @ [0].content[0].url: expected",
                "[{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"url\": \"a\", \"path\": \"b\"}]}] @ [0].content[0].path: expected one",
            })
    void refusesWhatIsNoConversation(String json, String named) {
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> ChatMessages.parse(json, "chat.json"));
        assertTrue(e.getMessage().startsWith("chat.json: " + named), e.getMessage());
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertThrows(IllegalArgumentException.class, () -> ChatMessage.of("", "a"));
        assertThrows(IllegalArgumentException.class, () -> ChatMessage.of("user", (String) null));
        assertThrows(IllegalArgumentException.class, () -> ChatMessage.of("user", "\uD800"));
        assertThrows(IllegalArgumentException.class, () -> ChatMessage.of("user", Arrays.asList((ContentPart) null)));
        assertThrows(IllegalArgumentException.class, () -> new Image(Source.NONE, "a"));
        assertThrows(IllegalArgumentException.class, () -> new Image(Source.URL, ""));
    }
}
