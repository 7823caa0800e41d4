package io.tesserae.loaders.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Conversations with templates of many kinds, and what the reference made of them; {@code testdata/make_chat_template_cases.py} asked it. */
class ChatTemplateCasesTest {

    private static final Path CASES = Path.of("..", "testdata", "chat-template-cases.json");

    @TestFactory
    List<DynamicTest> everyCase() throws IOException {
        JsonObject file = JsonParser.parseString(Packed.text(CASES)).getAsJsonObject();
        Clock clock = Clock.fixed(Instant.parse(file.get("time").getAsString()), ZoneOffset.UTC);
        Map<String, String> tokens = new HashMap<>();
        file.getAsJsonObject("tokens")
                .entrySet()
                .forEach(token -> tokens.put(token.getKey(), token.getValue().getAsString()));
        Map<String, ChatTemplate> templates = new HashMap<>();
        file.getAsJsonObject("templates")
                .entrySet()
                .forEach(entry -> templates.put(
                        entry.getKey(),
                        ChatTemplate.parse(entry.getKey(), entry.getValue().getAsString(), tokens)
                                .withClock(clock)));
        List<JsonElement> cases = file.getAsJsonArray("cases").asList();
        assertTrue(templates.size() > 10 && cases.size() > 200, "only " + cases.size() + " cases");
        return cases.stream()
                .map(JsonElement::getAsJsonObject)
                .map(testCase -> DynamicTest.dynamicTest(
                        testCase.get("template").getAsString() + " " + testCase.get("messages"),
                        () -> check(templates.get(testCase.get("template").getAsString()), testCase)))
                .toList();
    }

    private static void check(ChatTemplate template, JsonObject testCase) {
        List<ChatMessage> messages = ChatMessages.parse(testCase.get("messages").toString(), "messages");
        Map<String, Object> variables = new HashMap<>();
        Set<Map.Entry<String, JsonElement>> given =
                testCase.getAsJsonObject("variables").entrySet();
        given.forEach(entry -> variables.put(entry.getKey(), entry.getValue().getAsBoolean()));
        boolean prompt = testCase.get("prompt").getAsBoolean();
        if (testCase.get("answer").isJsonNull()) {
            assertThrows(ChatTemplateException.class, () -> template.render(messages, prompt, variables));
        } else {
            assertEquals(testCase.get("answer").getAsString(), template.render(messages, prompt, variables));
        }
    }
}
