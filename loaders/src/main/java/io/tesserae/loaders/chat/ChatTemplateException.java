package io.tesserae.loaders.chat;

/**
 * Messages that a template cannot render: it refuses them itself, as when two follow each other by the same speaker, or would cost too
 * much. The message names the template, its line and what is wrong.
 */
public final class ChatTemplateException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message that is complete in itself. */
    public ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
