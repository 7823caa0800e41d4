package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.Head;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.augmentation.MultiCrop;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.kernel.ParallelGradientKernels;
import io.tesserae.training.layer.ProjectionHead;
import io.tesserae.training.loss.SelfDistillation;
import io.tesserae.training.loss.TeacherTemperature;
import io.tesserae.training.network.Network;
import io.tesserae.training.optimizer.Optimizer;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * Learns from pictures alone, without labels: DINO, Caron et al., arXiv 2104.14294, algorithm 1. A student sees several crops of each
 * picture, a teacher of the same shape the two large ones; the student is to say of every crop what the teacher says of the others. The
 * teacher's weights are the moving average of the student's, and no gradient flows to it. The teacher is what is saved at the end, without
 * the head; checkpoints of the run hold both, and the centre of what the teacher said.
 */
public final class SelfDistillationTask implements TrainingTask {

    private static final String TEACHER = "teacher.";
    private static final String CENTRE = "centre";

    private final ProjectedNetwork student;
    private final ProjectedNetwork studentAtFirst; // its last layer as it is
    private final ProjectedNetwork teacher;
    private final List<Path> pictures;
    private final ImagePreparation preparation;
    private final long seed;
    private final Options options;
    private final SelfDistillation distillation;

    private SelfDistillationTask(
            ProjectedNetwork student,
            ProjectedNetwork teacher,
            List<Path> pictures,
            ImagePreparation preparation,
            long seed,
            Options options) {
        this.student = student;
        this.studentAtFirst = student.withFrozenLastLayer();
        this.teacher = teacher;
        this.pictures = pictures;
        this.preparation = preparation;
        this.seed = seed;
        this.options = options;
        this.distillation = SelfDistillation.ofOutputs(options.head().outputs());
    }

    /**
     * The head that is trained with.
     *
     * @param hidden width of its layers; 2,048 in the reference
     * @param bottleneck width before the last layer; 256 in the reference
     * @param outputs of the last layer; 65,536 in the reference, fewer for few pictures
     * @param normalizesLast whether the last layer's rows stay of length 1
     * @param frozenEpochs in which the last layer stays as it is, at first; 1 in the reference
     */
    public record HeadOptions(int hidden, int bottleneck, int outputs, boolean normalizesLast, int frozenEpochs) {

        /** The reference's. */
        public static final HeadOptions REFERENCE = new HeadOptions(2048, 256, 65_536, true, 1);

        /** Checks the widths. */
        public HeadOptions {
            if (hidden < 1 || bottleneck < 1 || outputs < 2 || frozenEpochs < 0) {
                throw new IllegalArgumentException("head: expected a hidden width and a bottleneck of 1 or more, two"
                        + " outputs or more and 0 frozen epochs or more, found " + hidden + ", " + bottleneck + ", "
                        + outputs + " and " + frozenEpochs);
            }
        }
    }

    /**
     * How it learns.
     *
     * @param crops of each picture
     * @param head above the network
     * @param temperature of the teacher, which rises
     * @param teacherMomentum how much of the teacher stays in a step, from 0 to 1: at first; it rises to 1 as half a cosine
     */
    public record Options(MultiCrop crops, HeadOptions head, TeacherTemperature temperature, double teacherMomentum) {

        /** Checks the momentum. */
        public Options {
            Arguments.require(crops, "crops");
            Arguments.require(head, "head");
            Arguments.require(temperature, "temperature");
            if (!(teacherMomentum >= 0 && teacherMomentum <= 1)) {
                throw new IllegalArgumentException(
                        "teacherMomentum: expected a number from 0 to 1, found " + teacherMomentum);
            }
        }

        /**
         * The reference's, with crops as large for a model as 224 and 96 pixels are for a model of 224.
         *
         * @param imageSize the side of the pictures that the model takes
         */
        public static Options reference(int imageSize) {
            int local = Math.max(1, imageSize * 96 / 224);
            return new Options(
                    MultiCrop.of(new ImageSize(imageSize, imageSize), new ImageSize(local, local), 8),
                    HeadOptions.REFERENCE,
                    new TeacherTemperature(0.04f, 0.04f, 0),
                    0.996);
        }
    }

    /**
     * Reads the model, and looks at what pictures there are.
     *
     * @param folder of pictures, in itself or in folders below, whose names mean nothing
     * @throws TrainingException if there is no picture, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static SelfDistillationTask open(
            NetworkSource source, NetworkOptions networkOptions, Path folder, Options options) {
        List<Path> pictures = PictureFiles.below(folder);
        NetworkOptions ofTeacher = new NetworkOptions(networkOptions.seed(), OptionalDouble.of(0), List.of());
        return new SelfDistillationTask(
                network(source, networkOptions, options.head()),
                network(source, ofTeacher, options.head()),
                pictures,
                ImagePreparation.of(source.files()),
                networkOptions.seed(),
                options);
    }

    /** Student and teacher begin with the same weights: those of the checkpoint, or those that name and seed give. */
    private static ProjectedNetwork network(NetworkSource source, NetworkOptions networkOptions, HeadOptions head) {
        TrainedNetwork<Network.OfPictures> trained =
                source.open(Head.IMAGE_ENCODER, Network.OfPictures.class, ConfigChanges.NONE, networkOptions);
        return ProjectedNetwork.of(
                trained,
                new ProjectionHead.Width(
                        trained.network().hiddenSize(), head.hidden(), head.bottleneck(), head.outputs()),
                head.normalizesLast());
    }

    @Override
    public String description() {
        return "self-distillation of " + student.trained().config().modelType() + ", " + pictures.size() + " pictures";
    }

    @Override
    public List<Parameter> parameters() {
        return student.parameters();
    }

    @Override
    public List<String> notices() {
        return student.trained().notices();
    }

    @Override
    public int trainExamples() {
        return pictures.size();
    }

    /** There are no labels to be right about: what was learned is seen by what its features are good for. */
    @Override
    public int evalExamples() {
        return 0;
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        List<Tensor> crops = crops(examples, epoch);
        int global = MultiCrop.GLOBAL_CROPS * examples.length;
        ProjectedNetwork learning = epoch < options.head().frozenEpochs() ? studentAtFirst : student;
        return PictureScores.of(student.trained(), () -> {
            Tensor said = teacher.logits(tape, ImageBatch.of(crops.subList(0, global)))
                    .value(); // [2 · pictures, outputs]
            Variable learned = learning.logits(tape, ImageBatch.of(crops)); // [crops · pictures, outputs]
            float temperature = options.temperature().at(Math.toIntExact(epoch));
            Variable loss = distillation.of(tape, learned, said, temperature);
            distillation.moveCentre(said);
            return loss;
        });
    }

    /** All pictures' first crop, then their second, and so on. */
    private List<Tensor> crops(int[] examples, long epoch) {
        int count = options.crops().crops();
        Tensor[] ordered = new Tensor[count * examples.length];
        for (int i = 0; i < examples.length; i++) {
            List<RgbImage> views = options.crops().of(picture(examples[i]), seed, epoch, examples[i]);
            for (int crop = 0; crop < count; crop++) {
                ordered[crop * examples.length + i] =
                        preparation.normalization().apply(views.get(crop));
            }
        }
        return Arrays.asList(ordered);
    }

    private RgbImage picture(int example) {
        return preparation.picture(pictures.get(example));
    }

    /** The teacher follows: {@code teacher = m · teacher + (1 − m) · student}. */
    @Override
    public void afterStep(Optimizer.Computing computing, long step, long maxSteps) {
        float momentum = (float) teacherMomentum(options.teacherMomentum(), step - 1, maxSteps);
        List<Parameter> followed = student.parameters();
        List<Parameter> following = teacher.parameters();
        for (int i = 0; i < followed.size(); i++) {
            ParallelGradientKernels.average(
                    computing.kernels(),
                    computing.workspace(),
                    followed.get(i).data(),
                    followed.get(i).value().size(),
                    momentum,
                    following.get(i).data());
        }
    }

    /** {@code cosine_scheduler} of DINO's code: from the first value to 1, over all steps. */
    static double teacherMomentum(double first, long step, long maxSteps) {
        return 1 + (first - 1) * (1 + StrictMath.cos(StrictMath.PI * step / maxSteps)) / 2;
    }

    /** The teacher's weights, and the centre. */
    @Override
    public SequencedMap<String, Tensor> state() {
        SequencedMap<String, Tensor> state = new LinkedHashMap<>();
        teacher.parameters().forEach(parameter -> state.put(TEACHER + parameter.name(), parameter.value()));
        state.put(CENTRE, Tensor.of(distillation.centre(), distillation.centre().length));
        return state;
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        throw new IllegalStateException("there is no example to evaluate with");
    }

    @Override
    public String origin(int example) {
        return pictures.get(example).toString();
    }

    /** The teacher without its head. */
    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return teacher.trained().model(teacher.backboneWeights());
    }

    /** The student with its head; the teacher is among the {@link #state}. */
    @Override
    public ModelFolder checkpoint(SequencedMap<String, Tensor> weights) {
        return student.trained().model(weights);
    }

    @Override
    public void close() {}
}
