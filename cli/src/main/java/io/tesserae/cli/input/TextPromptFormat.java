package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.TextPrompt;
import java.util.List;

/**
 * Beginnings of texts, and conversations.
 *
 * @param chat whether a text is what a user says
 */
public record TextPromptFormat(boolean chat) implements InputFormat<TextPrompt> {

    @Override
    public String plural() {
        return "texts";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.optional("text"), InputObject.Key.optionalValue(MessagesJson.KEY));
    }

    @Override
    public String describeKeys() {
        return "\"text\" or, for a conversation, \"messages\"";
    }

    @Override
    public List<TextPrompt> ofArgument(String argument) {
        return List.of(ofText(argument, "argument"));
    }

    @Override
    public TextPrompt ofText(String text, String place) {
        return chat ? new TextPrompt.Chat(Conversation.of(MessagesJson.ofUser(text))) : new TextPrompt.Text(text);
    }

    @Override
    public TextPrompt ofObject(InputObject object, String place) {
        if (object.has("text") == object.has(MessagesJson.KEY)) {
            throw new CommandException(
                    place + ": expected an object with the key \"text\" or the key \"messages\", found "
                            + (object.has("text") ? "both" : "neither"));
        }
        if (object.has("text")) {
            return ofText(object.text("text"), place);
        }
        Conversation conversation =
                MessagesJson.conversation(object.value(MessagesJson.KEY).orElseThrow(), List.of(), place);
        try {
            return new TextPrompt.Chat(conversation);
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": " + e.getMessage());
        }
    }
}
