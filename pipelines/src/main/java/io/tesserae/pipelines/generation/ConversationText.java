package io.tesserae.pipelines.generation;

import io.tesserae.loaders.AutoChatTemplate;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.chat.ChatTemplate;
import io.tesserae.loaders.chat.ChatTemplateException;
import io.tesserae.loaders.files.ModelLoadingException;
import java.util.function.Supplier;

/**
 * Makes the text of conversations that a checkpoint's model reads. That there is no template, or that it is not supported, is said when
 * the first conversation comes: texts need none.
 *
 * @param template gives it, or says why there is none
 */
record ConversationText(Supplier<ChatTemplate> template) {

    /** Stands where the last message ends, to find the place in the text; no template knows it. */
    private static final String END = "CONTINUE_FINAL_MESSAGE_TAG ";

    /** With a checkpoint's template. */
    static ConversationText of(Checkpoint checkpoint) {
        try {
            ChatTemplate found = AutoChatTemplate.fromPretrained(checkpoint);
            return new ConversationText(() -> found);
        } catch (ModelLoadingException e) {
            return new ConversationText(() -> {
                throw new ModelLoadingException(e.getMessage(), e);
            });
        }
    }

    /**
     * A conversation as one text, up to where the model goes on.
     *
     * @throws IllegalArgumentException if the template refuses the messages
     * @throws ModelLoadingException if there is no template, or it is not supported
     */
    String of(Conversation conversation) {
        ChatTemplate known = template.get();
        try {
            return conversation.continuesLastMessage()
                    ? begun(known, conversation)
                    : known.render(conversation.messages(), true);
        } catch (ChatTemplateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The text without what the template puts behind the last message. Where it takes away the spaces at its end, they stay away. */
    private static String begun(ChatTemplate template, Conversation conversation) {
        String text = template.render(conversation.with(END), false);
        int end = text.lastIndexOf(END.strip());
        if (end < 0 || !text.contains(PythonSpace.strip(conversation.lastText()))) {
            throw new IllegalArgumentException(
                    "the last message is the assistant's, to be continued, and the chat template leaves it out or changes"
                            + " it; end with a message of the user's");
        }
        String before = text.substring(0, end);
        return text.startsWith(END, end) ? before : PythonSpace.stripEnd(before);
    }
}
