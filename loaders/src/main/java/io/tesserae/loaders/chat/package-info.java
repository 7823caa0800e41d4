/** Conversations, and the templates of checkpoints that make one text of them: transformers' {@code apply_chat_template}. */
package io.tesserae.loaders.chat;
