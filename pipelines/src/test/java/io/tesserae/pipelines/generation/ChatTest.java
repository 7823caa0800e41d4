package io.tesserae.pipelines.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ChatMessages;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.EditedCheckpoint;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations with a model of texts, against the reference's pipeline. */
class ChatTest {

    private static final Path WRITES = MixedAnswers.FIXTURES.resolve("gpt2/writing/model");

    private static final TextGenerationOptions FEW = TextGenerationOptions.DEFAULT.withConfig(
            GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, 6).with(GenerationOption.DO_SAMPLE, false));

    private static TextGenerationPipeline open(Path folder, String template) throws IOException {
        EditedCheckpoint.copyOf(WRITES, folder);
        Files.writeString(folder.resolve("chat_template.jinja"), template);
        return Pipelines.textGeneration(folder);
    }

    private static String template() {
        return MixedAnswers.expected(MixedAnswers.CONVERSATION).get("template").getAsString();
    }

    @Test
    void answersAreTheReferencesAloneAmongTextsAndAsTheyAreWritten(@TempDir Path folder) throws IOException {
        List<TextPrompt> prompts = new ArrayList<>(List.of(new TextPrompt.Text("ab")));
        try (TextGenerationPipeline pipeline = open(folder, template())) {
            List<GeneratedText> alone =
                    new ArrayList<>(List.of(pipeline.generate("ab", FEW).getFirst()));
            for (JsonElement element :
                    MixedAnswers.expected(MixedAnswers.CONVERSATION).getAsJsonArray("texts")) {
                JsonObject asked = element.getAsJsonObject();
                Conversation conversation = Conversation.of(MixedAnswers.messages(asked));
                GeneratedText answer = pipeline.chat(conversation, FEW).getFirst();
                assertEquals(
                        ChatMessages.parse(MixedAnswers.generated(asked).toString(), "expected.json"),
                        conversation.with(answer.text()));
                StringBuilder pieces = new StringBuilder();
                assertEquals(answer, pipeline.write(new TextPrompt.Chat(conversation), FEW, pieces::append));
                assertEquals(answer.text(), pieces.toString());
                prompts.add(new TextPrompt.Chat(conversation));
                alone.add(answer);
            }
            assertEquals(3, prompts.size());
            assertEquals(
                    alone,
                    pipeline.write(prompts, FEW).stream().map(List::getFirst).toList());
        }
    }

    @Test
    void withoutATemplateTextsAloneGoOn() {
        Conversation conversation = Conversation.of(List.of(ChatMessage.of("user", "hi")));
        try (TextGenerationPipeline pipeline = Pipelines.textGeneration(WRITES)) {
            String message = assertThrows(ModelLoadingException.class, () -> pipeline.chat(conversation))
                    .getMessage();
            assertTrue(message.contains("expected a chat template"), message);
            assertEquals(1, pipeline.generate("hi", FEW).size());
        }
    }

    @Test
    void whatATemplateRefusesIsAFaultOfTheMessages(@TempDir Path folder) throws IOException {
        Conversation conversation = Conversation.of(List.of(ChatMessage.of("system", "hi")));
        try (TextGenerationPipeline pipeline = open(folder, "{{ raise_exception('no system messages') }}")) {
            String message = assertThrows(IllegalArgumentException.class, () -> pipeline.chat(conversation, FEW))
                    .getMessage();
            assertTrue(message.contains("no system messages"), message);
        }
    }

    @Test
    void aMessageThatTheTemplateDropsCannotBeContinued(@TempDir Path folder) throws IOException {
        Conversation conversation =
                Conversation.of(List.of(ChatMessage.of("user", "hi"), ChatMessage.of("assistant", "well")));
        try (TextGenerationPipeline pipeline = open(folder, "{{ messages[0]['content'] }}")) {
            String message = assertThrows(IllegalArgumentException.class, () -> pipeline.chat(conversation, FEW))
                    .getMessage();
            assertTrue(message.contains("the last message is the assistant's"), message);
        }
    }

    /** Python's strip takes hard spaces and NEL away, and Java's does not; templates trim as Python does. */
    @Test
    void aMessageThatTheTemplateTrimsGoesOnWithoutItsSpaces(@TempDir Path folder) throws IOException {
        try (TextGenerationPipeline pipeline = open(
                folder,
                "{% for message in messages %}{{ message['role'] ~ ': ' ~ message['content'] | trim }}{% endfor %}")) {
            GeneratedText trimmed = pipeline.chat(assistants("ab"), FEW).getFirst();
            for (String space : List.of(" ", "\u00a0", "\u0085", "\u2007", "\u202f", "\u001c", "\u3000")) {
                assertEquals(
                        trimmed, pipeline.chat(assistants("ab" + space), FEW).getFirst());
                assertEquals(
                        trimmed, pipeline.chat(assistants(space + "ab"), FEW).getFirst());
            }
            assertNotEquals(trimmed, pipeline.chat(assistants("ab\u200b"), FEW).getFirst());
        }
    }

    private static Conversation assistants(String text) {
        return Conversation.of(List.of(ChatMessage.of("user", "hi"), ChatMessage.of("assistant", text)));
    }

    @Test
    void aConversationHasItsPicturesAndAModelOfTextsTakesNone() {
        List<ChatMessage> messages =
                List.of(ChatMessage.of("user", List.of(ContentPart.Image.place(), new ContentPart.Text("?"))));
        assertThrows(IllegalArgumentException.class, () -> Conversation.of(messages));
        assertThrows(IllegalArgumentException.class, () -> Conversation.of(List.of()));
        Conversation conversation = new Conversation(messages, List.of(ImageInput.of(Path.of("a.png"))));
        String message = assertThrows(IllegalArgumentException.class, () -> new TextPrompt.Chat(conversation))
                .getMessage();
        assertTrue(message.contains("image-text-to-text"), message);
    }

    @Test
    void anAnswerIsAMessageOrTheEndOfOne() {
        ChatMessage user = ChatMessage.of("user", "hi");
        assertEquals(
                List.of(user, ChatMessage.of("assistant", "hello")),
                Conversation.of(List.of(user)).with("hello"));
        ChatMessage parts = ChatMessage.of("assistant", List.of(new ContentPart.Text("a"), new ContentPart.Text("b")));
        assertEquals(
                List.of(
                        user,
                        ChatMessage.of("assistant", List.of(new ContentPart.Text("a"), new ContentPart.Text("bc")))),
                Conversation.of(List.of(user, parts)).with("c"));
        ChatMessage empty = ChatMessage.of("assistant", List.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> Conversation.of(List.of(empty)).with("c"));
    }
}
