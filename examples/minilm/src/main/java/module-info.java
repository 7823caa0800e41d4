/** The sentence encoder all-MiniLM-L6-v2, as a library. */
module io.tesserae.models.minilm {
    requires transitive io.tesserae.loaders;

    exports io.tesserae.models.minilm;

    provides io.tesserae.loaders.ModelArtifact with
            io.tesserae.models.minilm.MiniLm;
}
