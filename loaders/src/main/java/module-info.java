/** From a checkpoint as it lies on the Hugging Face hub to a model and its tokenizer; and from a picture file to its pixels. */
module io.tesserae.loaders {
    requires transitive io.tesserae.engine;
    requires transitive io.tesserae.tokenizer;
    requires transitive java.desktop; // BufferedImage, and the JDK's JPEG decoder
    requires com.google.gson;
    requires java.net.http;

    exports io.tesserae.loaders;
    exports io.tesserae.loaders.hub;
    exports io.tesserae.loaders.image;
    exports io.tesserae.loaders.safetensors;
}
