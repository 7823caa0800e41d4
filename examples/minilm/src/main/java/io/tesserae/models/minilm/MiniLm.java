package io.tesserae.models.minilm;

import io.tesserae.loaders.ModelArtifact;
import io.tesserae.loaders.files.ModelFiles;

/**
 * sentence-transformers/all-MiniLM-L6-v2, under the Apache License 2.0, its weights rounded to float16: vectors of 384 numbers for
 * sentences and short paragraphs in English.
 *
 * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">The model's card</a>
 */
public final class MiniLm implements ModelArtifact {

    /** The model; what it needs is read when it is loaded. */
    public MiniLm() {}

    @Override
    public String name() {
        return "all-MiniLM-L6-v2";
    }

    @Override
    public ModelFiles files() {
        return ModelFiles.resources("tesserae-minilm", name -> MiniLm.class.getResourceAsStream("checkpoint/" + name));
    }
}
