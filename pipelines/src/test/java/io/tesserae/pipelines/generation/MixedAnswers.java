package io.tesserae.pipelines.generation;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ChatMessages;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.chat.MessageContent;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints that read pictures among words, and what the reference's pipelines answer with them. */
final class MixedAnswers {

    static final Path FIXTURES = Path.of("..", "testdata", "fixtures");
    static final Path CONVERSATION = FIXTURES.resolve("idefics3/conversation");
    private static final Path IMAGES = FIXTURES.resolve("images");

    private MixedAnswers() {}

    /**
     * A prompt, and its answer.
     *
     * @param text as transformers' generated_text has it; in a conversation what is new of it, or the whole of a message that is continued
     */
    record Question(MixedPrompt prompt, int newTokens, String text) {

        ImageTextToTextOptions options() {
            return ImageTextToTextOptions.DEFAULT.withConfig(
                    GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, newTokens));
        }

        /** An answer in the form of {@link #text}. */
        String asExpected(GeneratedText answer) {
            return prompt instanceof MixedPrompt.Chat(Conversation conversation)
                    ? said(conversation.with(answer.text()).getLast())
                    : answer.text();
        }
    }

    static ImageInput image(String name) {
        return ImageInput.of(IMAGES.resolve(Path.of(name).getFileName()));
    }

    static JsonObject expected(Path fixture) {
        try {
            return JsonParser.parseString(Packed.text(fixture.resolve("expected.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a checkpoint of IDEFICS: a text with a picture that has no mark in it. */
    static List<Question> ofIdefics(String fixture) {
        List<Question> questions = new ArrayList<>();
        for (JsonElement element : expected(FIXTURES.resolve(fixture)).getAsJsonArray("pipeline")) {
            JsonObject asked = element.getAsJsonObject();
            questions.add(new Question(
                    MixedPrompt.of(
                            asked.get("text").getAsString(),
                            image(asked.get("image").getAsString())),
                    asked.getAsJsonObject("generate_kwargs")
                            .get("max_new_tokens")
                            .getAsInt(),
                    generated(asked).getAsString()));
        }
        return questions;
    }

    /** Of a checkpoint of Idefics3: marked texts and conversations. */
    static List<Question> ofConversations() {
        JsonObject expected = expected(CONVERSATION);
        int newTokens =
                expected.getAsJsonObject("arguments").get("max_new_tokens").getAsInt();
        List<Question> questions = new ArrayList<>();
        for (JsonElement element : expected.getAsJsonArray("mixed")) {
            JsonObject asked = element.getAsJsonObject();
            JsonObject prompt = asked.getAsJsonObject("prompt");
            if (prompt.has("messages")) {
                List<ChatMessage> messages = messages(prompt);
                List<ChatMessage> answered = ChatMessages.parse(generated(asked).toString(), "expected.json");
                questions.add(new Question(
                        new MixedPrompt.Chat(new Conversation(messages, pictures(messages))),
                        newTokens,
                        said(answered.getLast())));
            } else {
                List<ImageInput> images = prompt.getAsJsonArray("images").asList().stream()
                        .map(name -> image(name.getAsString()))
                        .toList();
                questions.add(new Question(
                        new MixedPrompt.Marked(prompt.get("text").getAsString(), images),
                        newTokens,
                        generated(asked).getAsString()));
            }
        }
        return questions;
    }

    static List<ChatMessage> messages(JsonObject prompt) {
        return ChatMessages.parse(prompt.get("messages").toString(), "expected.json");
    }

    static JsonElement generated(JsonObject asked) {
        return asked.getAsJsonArray("answer").get(0).getAsJsonObject().get("generated_text");
    }

    private static List<ImageInput> pictures(List<ChatMessage> messages) {
        List<ImageInput> pictures = new ArrayList<>();
        for (ChatMessage message : messages) {
            if (message.content() instanceof MessageContent.Parts(List<ContentPart> parts)) {
                for (ContentPart part : parts) {
                    if (part instanceof ContentPart.Image(ContentPart.Image.Source _, String reference)) {
                        pictures.add(image(reference));
                    }
                }
            }
        }
        return pictures;
    }

    static String said(ChatMessage message) {
        return switch (message.content()) {
            case MessageContent.Plain(String text) -> text;
            case MessageContent.Parts(List<ContentPart> parts) -> ((ContentPart.Text) parts.getLast()).text();
        };
    }
}
