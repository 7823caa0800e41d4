package io.tesserae.training.data;

import java.util.Optional;

/**
 * Texts for contrastive training.
 *
 * @param anchor a text
 * @param positive the text that is to be nearest to it
 * @param negative a text that is not to be near
 */
public record SentenceGroup(EncodedText anchor, EncodedText positive, Optional<EncodedText> negative) {}
