package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.chat.MessageContent;
import io.tesserae.pipelines.task.ImageInput;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation that a model is to go on with. Where the last message is the assistant's, the model continues that message, as
 * transformers' pipelines do; else it answers.
 *
 * @param messages one or more
 * @param pictures those of the messages, in their order; what a message says of a picture's place is not looked at
 */
public record Conversation(List<ChatMessage> messages, List<ImageInput> pictures) {

    /** Who answers. */
    private static final String ASSISTANT = "assistant";

    /** Checks that there is a message, and that there are as many pictures as the messages have places for. */
    public Conversation {
        messages = List.copyOf(Arguments.requireAll(messages, "messages"));
        pictures = List.copyOf(Arguments.requireAll(pictures, "pictures"));
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages: expected at least one message, found none");
        }
        long places = messages.stream().mapToLong(Conversation::pictures).sum();
        if (places != pictures.size()) {
            throw new IllegalArgumentException(
                    "pictures: expected " + places + ", one for each that the messages have, found " + pictures.size());
        }
    }

    /** A conversation without pictures. */
    public static Conversation of(List<ChatMessage> messages) {
        return new Conversation(messages, List.of());
    }

    private static long pictures(ChatMessage message) {
        return message.content() instanceof MessageContent.Parts(List<ContentPart> parts)
                ? parts.stream().filter(ContentPart.Image.class::isInstance).count()
                : 0;
    }

    /** Whether what the model writes continues the last message. */
    public boolean continuesLastMessage() {
        return messages.getLast().role().equals(ASSISTANT);
    }

    /**
     * The messages with what the model has written: in a message of its own, or at the end of the last one's last text.
     *
     * @param answer what is new
     */
    public List<ChatMessage> with(String answer) {
        Arguments.require(answer, "answer");
        List<ChatMessage> all = new ArrayList<>(messages);
        all.add(continuesLastMessage() ? continued(all.removeLast(), answer) : ChatMessage.of(ASSISTANT, answer));
        return List.copyOf(all);
    }

    /** A message with more behind its last text. */
    private static ChatMessage continued(ChatMessage message, String more) {
        return switch (message.content()) {
            case MessageContent.Plain(String text) -> ChatMessage.of(message.role(), text + more);
            case MessageContent.Parts(List<ContentPart> given) -> {
                List<ContentPart> parts = new ArrayList<>(given);
                int last = parts.size() - 1;
                while (last >= 0 && !(parts.get(last) instanceof ContentPart.Text)) {
                    last--;
                }
                if (last < 0) {
                    throw new IllegalArgumentException(
                            "the last message is the assistant's and has no text that could be continued; leave it out,"
                                    + " or give it a text");
                }
                if (parts.get(last) instanceof ContentPart.Text(String text)) {
                    parts.set(last, new ContentPart.Text(text + more));
                }
                yield ChatMessage.of(message.role(), parts);
            }
        };
    }

    /** The text of the last message that the model continues; empty if it has none. */
    String lastText() {
        return switch (messages.getLast().content()) {
            case MessageContent.Plain(String text) -> text;
            case MessageContent.Parts(List<ContentPart> parts) ->
                parts.reversed().stream()
                        .filter(ContentPart.Text.class::isInstance)
                        .map(part -> ((ContentPart.Text) part).text())
                        .findFirst()
                        .orElse("");
        };
    }
}
