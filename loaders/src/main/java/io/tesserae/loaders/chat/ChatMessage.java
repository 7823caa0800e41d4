package io.tesserae.loaders.chat;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * One message of a conversation: transformers' {@code {"role": …, "content": …}}.
 *
 * @param role who speaks: {@code user}, {@code assistant}, {@code system}, or what else the template knows
 * @param content what is said
 */
public record ChatMessage(String role, MessageContent content) {

    /** @throws IllegalArgumentException if one is null, or the role is empty or no text */
    public ChatMessage {
        if (WellFormed.require(role, "role").isEmpty()) {
            throw new IllegalArgumentException("role: expected who speaks, as user or assistant, found nothing");
        }
        Arguments.require(content, "content");
    }

    /** A message of plain text. */
    public static ChatMessage of(String role, String text) {
        return new ChatMessage(role, new MessageContent.Plain(text));
    }

    /** A message of texts and pictures. */
    public static ChatMessage of(String role, List<ContentPart> parts) {
        return new ChatMessage(role, new MessageContent.Parts(parts));
    }
}
