package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.image.LabelledImageReader;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.loss.Distillation;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Teaches a DeiT through its distillation token: Touvron et al., arXiv 2012.12877, section 4. The class token's head learns the labels, the
 * distillation token's head what a teacher says; the model's answer is the mean of both. It is saved as transformers' {@code
 * DeiTForImageClassificationWithTeacher}.
 */
public final class DistilledImageTask implements TrainingTask {

    /** What the names of classes end with whose classifiers have both heads. */
    static final String SUFFIX = "ForImageClassificationWithTeacher";

    private static final String FAMILY = "deit";

    private final TrainedNetwork<Network.OfTaughtPictures> trained;
    private final LabelledPictures train;
    private final Optional<LabelledPictures> eval;
    private final ImageLessons teacher;
    private final Optional<Long> augmentationSeed;
    private final Options options;

    private DistilledImageTask(
            TrainedNetwork<Network.OfTaughtPictures> trained,
            LabelledPictures train,
            Optional<LabelledPictures> eval,
            ImageLessons teacher,
            Optional<Long> augmentationSeed,
            Options options) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.teacher = teacher;
        this.augmentationSeed = augmentationSeed;
        this.options = options;
    }

    /**
     * How the student learns.
     *
     * @param teacher whom it learns from
     * @param distillation what of it, and how much that weighs beside the labels
     * @param labelSmoothing of the labels' loss, from 0 to below 1; 0.1 in the paper
     * @param newHeads whether both heads begin anew, with the labels of the data, even where the checkpoint has them
     */
    public record Options(ImageTeacher teacher, Distillation distillation, double labelSmoothing, boolean newHeads) {

        /** Hard distillation, which the paper found best: the teacher's label weighs as much as the true one. */
        public static Options of(ImageTeacher teacher) {
            return new Options(teacher, new Distillation(Distillation.Target.HARD, 1, 0.5f), 0, false);
        }
    }

    /**
     * Reads student and teacher, and looks at what pictures there are.
     *
     * @throws TrainingException if a folder is no good, the student is no DeiT, or the teacher knows other labels
     * @throws io.tesserae.loaders.files.ModelLoadingException if a checkpoint cannot be read
     */
    public static DistilledImageTask open(
            NetworkSource source, NetworkOptions networkOptions, ImageData data, Options options) {
        String modelType = source.config().modelType();
        if (!modelType.equals(FAMILY)) {
            throw new TrainingException(source.where() + ": model_type: expected " + FAMILY
                    + ", which has a distillation token, found " + modelType);
        }
        LabelledImageReader reader = LabelledImageReader.of(data.train());
        LabelSet labels = labels(source, reader, options.newHeads());
        TrainedNetwork<Network.OfTaughtPictures> trained = source.open(
                new NetworkSource.Wanted<>(
                        Head.IMAGE_CLASSIFICATION, Network.OfTaughtPictures.class, SUFFIX, options.newHeads()),
                ConfigChanges.NONE.withLabels(labels.names()),
                networkOptions);
        ImagePreparation preparation = ImagePreparation.of(source.files());
        LabelledPictures train = LabelledPictures.of(reader, labels, preparation);
        Optional<LabelledPictures> eval =
                data.eval().map(folder -> LabelledPictures.of(LabelledImageReader.of(folder), labels, preparation));
        return new DistilledImageTask(
                trained,
                train,
                eval,
                ImageLessons.of(options.teacher(), train, labels),
                data.augment() ? Optional.of(networkOptions.seed()) : Optional.empty(),
                options);
    }

    private static LabelSet labels(NetworkSource source, LabelledImageReader reader, boolean newHeads) {
        boolean hasHeads = source.hasLabels(Head.IMAGE_CLASSIFICATION)
                && (source.fromScratch().isPresent()
                        || source.config().architectures().stream().anyMatch(name -> name.endsWith(SUFFIX)));
        if (newHeads || !hasHeads) {
            return reader.labels();
        }
        LabelSet known = LabelSet.of(source.config().labels());
        LabelledPictures.requireKnown(reader, known);
        return known;
    }

    private CrossEntropy crossEntropy() {
        return new CrossEntropy((float) options.labelSmoothing(), Optional.empty());
    }

    @Override
    public String description() {
        return "image-classification of " + trained.config().modelType() + " with a teacher, " + train.size()
                + " examples";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public List<String> notices() {
        return trained.notices();
    }

    @Override
    public int trainExamples() {
        return train.size();
    }

    @Override
    public int evalExamples() {
        return eval.map(LabelledPictures::size).orElse(0);
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        ImagePreparation.Draws draws = augmentationSeed
                .map(seed -> new ImagePreparation.Draws(seed, epoch))
                .orElse(null);
        ImageBatch batch = draws == null ? train.plain(examples) : train.augmented(examples, draws);
        Network.OfTaughtPictures.Logits logits = logits(tape, batch);
        Variable ofLabels = crossEntropy().of(tape, logits.classification(), train.labels(examples));
        Tensor taught = teacher.logits(examples, draws);
        return options.distillation().combined(tape, ofLabels, logits.distillation(), taught);
    }

    private Network.OfTaughtPictures.Logits logits(Tape tape, ImageBatch batch) {
        return PictureScores.of(trained, () -> trained.network().logits(tape, batch));
    }

    /** The model's answer: the mean of what both heads say. */
    Variable answer(Tape tape, ImageBatch batch) {
        Network.OfTaughtPictures.Logits logits = logits(tape, batch);
        float[] first = logits.classification().value().data();
        float[] second = logits.distillation().value().data();
        Tensor mean = tape.constantMemory(logits.classification().value().shape());
        for (int i = 0; i < mean.size(); i++) {
            mean.data()[i] = (first[i] + second[i]) / 2;
        }
        return tape.constant(mean);
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        LabelledPictures asked = eval.orElseThrow();
        return PictureScores.evaluate(
                asked, batchSize, setting, crossEntropy(), (tape, examples) -> answer(tape, asked.plain(examples)));
    }

    @Override
    public String origin(int example) {
        return train.file(example).toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {
        teacher.close();
    }
}
