/** Fine-tuning: backward passes, losses, optimisers and a Trainer, reproducible to the last bit. */
module io.tesserae.training {
    requires transitive io.tesserae.loaders;
    requires com.google.gson;
    requires org.apache.commons.csv;
    requires jdk.incubator.vector;

    exports io.tesserae.training;
    exports io.tesserae.training.augmentation;
}
