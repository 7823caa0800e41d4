package io.tesserae.cli.input;

import com.google.gson.JsonElement;
import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ChatMessages;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.chat.MessageContent;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.task.ImageInput;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The value of {@code "messages"} in a line: a conversation, as transformers takes it. */
final class MessagesJson {

    static final String KEY = "messages";

    private MessagesJson() {}

    /**
     * Reads it.
     *
     * @param pictures for the places of the messages that do not say which, in their order
     * @param place where it stands, for messages
     * @throws CommandException if it is none
     */
    static Conversation conversation(JsonElement value, List<ImageInput> pictures, String place) {
        try {
            List<ChatMessage> messages = ChatMessages.parse(value.toString(), place + ": " + KEY);
            return new Conversation(messages, pictures(messages, pictures, place));
        } catch (ModelLoadingException | IllegalArgumentException e) {
            throw new CommandException(
                    e.getMessage().startsWith(place) ? e.getMessage() : place + ": " + e.getMessage());
        }
    }

    /** A text as the only message of a user's. */
    static List<ChatMessage> ofUser(String text) {
        return List.of(ChatMessage.of("user", text));
    }

    private static List<ImageInput> pictures(List<ChatMessage> messages, List<ImageInput> others, String place) {
        List<ImageInput> pictures = new ArrayList<>();
        Iterator<ImageInput> next = others.iterator();
        for (ChatMessage message : messages) {
            if (message.content() instanceof MessageContent.Parts(List<ContentPart> parts)) {
                for (ContentPart part : parts) {
                    if (part instanceof ContentPart.Image(ContentPart.Image.Source source, String reference)) {
                        pictures.add(
                                source == ContentPart.Image.Source.NONE
                                        ? next(next, others, place)
                                        : ImageFormat.IMAGES.ofText(reference, place));
                    }
                }
            }
        }
        return pictures;
    }

    private static ImageInput next(Iterator<ImageInput> next, List<ImageInput> others, String place) {
        if (!next.hasNext()) {
            throw new CommandException(place
                    + ": a picture in the messages does not say which, and of those given beside them" + " there are "
                    + others.size() + "; expected \"path\" or \"url\" with a file's name in it");
        }
        return next.next();
    }
}
