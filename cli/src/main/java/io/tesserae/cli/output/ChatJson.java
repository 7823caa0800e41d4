package io.tesserae.cli.output;

import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.chat.MessageContent;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.generation.TextPrompt;
import java.util.List;
import java.util.Locale;

/** Answers to prompts that may be conversations, as transformers' pipelines give them: the messages with one more. */
public final class ChatJson {

    private static final String INPUT = "input_text";
    private static final String GENERATED = "generated_text";

    private ChatJson() {}

    /** All answers to a text or a conversation. */
    public static String line(TextPrompt prompt, List<GeneratedText> answers) {
        return switch (prompt) {
            case TextPrompt.Text _ -> GeneratedTexts.json(answers);
            case TextPrompt.Chat(Conversation conversation) ->
                new Json()
                        .array(answers, (json, answer) -> {
                            json.raw("{").name(GENERATED);
                            messages(json, conversation.with(answer.text()));
                            json.raw("}");
                        })
                        .toString();
        };
    }

    /** All answers to a prompt of words and pictures. */
    public static String line(MixedPrompt prompt, List<GeneratedText> answers) {
        return new Json()
                .array(answers, (json, answer) -> {
                    json.raw("{").name(INPUT);
                    switch (prompt) {
                        case MixedPrompt.Parts parts -> texts(json, parts.text(), answer);
                        case MixedPrompt.Marked marked -> texts(json, marked.text(), answer);
                        case MixedPrompt.Chat(Conversation conversation) -> {
                            messages(json, conversation.messages());
                            json.name(GENERATED);
                            messages(json, conversation.with(answer.text()));
                        }
                    }
                    json.raw("}");
                })
                .toString();
    }

    private static void texts(Json json, String prompt, GeneratedText answer) {
        json.string(prompt).name(GENERATED).string(answer.text());
    }

    private static void messages(Json json, List<ChatMessage> messages) {
        json.array(messages, (out, message) -> {
            out.raw("{").name("role").string(message.role()).name("content");
            switch (message.content()) {
                case MessageContent.Plain(String text) -> out.string(text);
                case MessageContent.Parts(List<ContentPart> parts) -> out.array(parts, ChatJson::part);
            }
            out.raw("}");
        });
    }

    private static void part(Json json, ContentPart part) {
        json.raw("{").name("type");
        switch (part) {
            case ContentPart.Text(String text) ->
                json.string("text").name("text").string(text);
            case ContentPart.Image(ContentPart.Image.Source source, String reference) -> {
                json.string("image");
                if (source != ContentPart.Image.Source.NONE) {
                    json.name(source.name().toLowerCase(Locale.ROOT)).string(reference);
                }
            }
        }
        json.raw("}");
    }
}
