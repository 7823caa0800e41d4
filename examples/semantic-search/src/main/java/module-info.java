/** An example: questions about this project's documentation, answered by its nearest passages. Not part of the product. */
module io.tesserae.examples.semanticsearch {
    requires info.picocli;
    requires io.tesserae.pipelines;
    requires org.apache.lucene.core;

    opens io.tesserae.examples.semanticsearch to
            info.picocli; // which finds options by their annotations, and sets them
}
