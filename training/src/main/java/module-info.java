/** Fine-tuning: backward passes, losses, optimisers and a Trainer, reproducible to the last bit. */
module io.tesserae.training {
    requires transitive io.tesserae.loaders;
    requires transitive com.google.gson;
    requires org.apache.commons.csv;
    requires jdk.incubator.vector;

    exports io.tesserae.training;
    exports io.tesserae.training.augmentation;
    exports io.tesserae.training.data;
    exports io.tesserae.training.data.episode;
    exports io.tesserae.training.data.image;
    exports io.tesserae.training.data.table;
    exports io.tesserae.training.failure;
    exports io.tesserae.training.family;
    exports io.tesserae.training.kernel;
    exports io.tesserae.training.layer;
    exports io.tesserae.training.layer.episode;
    exports io.tesserae.training.layer.picture;
    exports io.tesserae.training.log;
    exports io.tesserae.training.loss;
    exports io.tesserae.training.metric;
    exports io.tesserae.training.network;
    exports io.tesserae.training.optimizer;
    exports io.tesserae.training.saving;
    exports io.tesserae.training.tape;
    exports io.tesserae.training.task;
}
