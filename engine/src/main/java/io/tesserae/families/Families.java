package io.tesserae.families;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.family.albert.AlbertFamily;
import io.tesserae.family.bert.BertFamily;
import io.tesserae.family.blip.BlipFamily;
import io.tesserae.family.blip.BlipVisionFamily;
import io.tesserae.family.clip.ClipFamily;
import io.tesserae.family.clip.ClipTextFamily;
import io.tesserae.family.clip.ClipVisionFamily;
import io.tesserae.family.debertav2.DebertaV2Family;
import io.tesserae.family.deit.DeitFamily;
import io.tesserae.family.dinov2.Dinov2Family;
import io.tesserae.family.dinov3.Dinov3Family;
import io.tesserae.family.distilbert.DistilBertFamily;
import io.tesserae.family.electra.ElectraFamily;
import io.tesserae.family.gato.GatoFamily;
import io.tesserae.family.gpt2.Gpt2Family;
import io.tesserae.family.idefics.IdeficsFamily;
import io.tesserae.family.idefics3.Idefics3Family;
import io.tesserae.family.jat.JatFamily;
import io.tesserae.family.llama.LlamaFamily;
import io.tesserae.family.modernbert.ModernBertFamily;
import io.tesserae.family.mpnet.MpnetFamily;
import io.tesserae.family.nomicbert.NomicBertFamily;
import io.tesserae.family.perceiver.PerceiverFamily;
import io.tesserae.family.roberta.RobertaFamily;
import io.tesserae.family.siglip.SiglipFamily;
import io.tesserae.family.siglip.SiglipTextFamily;
import io.tesserae.family.siglip.SiglipVisionFamily;
import io.tesserae.family.visionencoderdecoder.VisionEncoderDecoderFamily;
import io.tesserae.family.vit.VitFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A list of families, which says what can be loaded. It is written out, and not found by {@link java.util.ServiceLoader}: so it can be
 * read, and outlives the shading of jars. Immutable.
 */
public final class Families {

    /** Every family of the project, in the order in which error messages name them. */
    public static final Families ALL = new Families(List.of(
            new BertFamily(),
            new DistilBertFamily(),
            new MpnetFamily(),
            new ElectraFamily(),
            new RobertaFamily(),
            new AlbertFamily(),
            new ModernBertFamily(),
            new DebertaV2Family(),
            new NomicBertFamily(),
            new Gpt2Family(),
            new LlamaFamily(),
            new VitFamily(),
            new DeitFamily(),
            new Dinov2Family(),
            new Dinov3Family(),
            new BlipFamily(),
            new BlipVisionFamily(),
            new VisionEncoderDecoderFamily(),
            new ClipFamily(),
            new ClipTextFamily(),
            new ClipVisionFamily(),
            new SiglipFamily(),
            new SiglipTextFamily(),
            new SiglipVisionFamily(),
            new IdeficsFamily(),
            new Idefics3Family(),
            new PerceiverFamily(),
            new JatFamily(),
            new GatoFamily()));

    /**
     * The preprocessors of model types that do not run here, but whose texts and pictures can be prepared: transformers' {@code
     * TOKENIZER_MAPPING_NAMES} and {@code IMAGE_PROCESSOR_MAPPING_NAMES}.
     */
    private static final Map<String, String> PREPROCESSORS_OF_OTHERS = Map.of(
            "convbert", "BertTokenizer",
            "mobilebert", "BertTokenizer",
            "squeezebert", "BertTokenizer",
            "vit_mae", "ViTImageProcessor",
            "vit_msn", "ViTImageProcessor",
            "ijepa", "ViTImageProcessor");

    private final List<ModelFamily> families;

    private Families(List<ModelFamily> families) {
        this.families = families;
    }

    /**
     * These families and one more: who has a family of his own passes {@code Families.ALL.with(mine)}. On the module path such a
     * family is made of the heads of another, under a name of its own: the layers are exported to nobody. On the class path it may
     * have a model of its own, of layers that change without notice.
     *
     * @throws IllegalArgumentException if the family has no name, or one that another family has: one of the two would never be
     *     loaded
     */
    public Families with(ModelFamily family) {
        Arguments.require(family, "family");
        List<ModelType> types = Arguments.requireAll(family.modelTypes(), "family.modelTypes()");
        if (types.isEmpty()) {
            throw new IllegalArgumentException("family.modelTypes(): expected one or more, found none");
        }
        for (ModelType type : types) {
            if (of(type.name()).isPresent()) {
                throw new IllegalArgumentException(
                        "family.modelTypes(): expected a name that no other family has, found \"" + type.name()
                                + "\"; choose another, and write it as model_type in config.json");
            }
        }
        List<ModelFamily> more = new ArrayList<>(families);
        more.add(family);
        return new Families(List.copyOf(more));
    }

    /** All of them, in their order. */
    public List<ModelFamily> list() {
        return families;
    }

    /** The family that has a name, {@code model_type} in config.json. */
    public Optional<ModelFamily> of(String modelType) {
        Arguments.require(modelType, "modelType");
        for (ModelFamily family : families) {
            for (ModelType type : family.modelTypes()) {
                if (type.name().equals(modelType)) {
                    return Optional.of(family);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What a checkpoint takes: what its family does or, where that is a matter of the head, what the head does that it was saved with.
     *
     * @param architectures the classes of transformers that it was saved from
     * @return empty if there is no such family; {@link Input#BY_HEAD} if nothing says which head it is
     */
    public Optional<Input> input(String modelType, List<String> architectures) {
        Arguments.requireAll(architectures, "architectures");
        Optional<Input> ofFamily = of(modelType).map(ModelFamily::input);
        if (!ofFamily.equals(Optional.of(Input.BY_HEAD))) {
            return ofFamily;
        }
        Optional<Input> ofHead = architectures.stream()
                .flatMap(name -> headOf(name).stream())
                .map(Head::input)
                .findFirst();
        return ofHead.isPresent() ? ofHead : ofFamily;
    }

    /** Whether a model of this type runs here, and takes this. */
    public boolean take(Input input, String modelType) {
        Arguments.require(input, "input");
        return of(modelType).filter(family -> family.input() == input).isPresent();
    }

    /** The names of the families that take something, in their order. */
    public List<String> modelTypes(Input input) {
        Arguments.require(input, "input");
        return names(families.stream().filter(family -> family.input() == input).toList());
    }

    /** The names of the families that have a head, in their order. */
    public List<String> modelTypes(Head<?> head) {
        Arguments.require(head, "head");
        return names(families.stream()
                .filter(family -> family.heads().contains(head))
                .toList());
    }

    private static List<String> names(List<ModelFamily> families) {
        return families.stream()
                .flatMap(family -> family.modelTypes().stream())
                .map(ModelType::name)
                .toList();
    }

    /** The classes of transformers whose checkpoints run, by name. */
    public List<String> classNames() {
        List<String> names = new ArrayList<>();
        for (ModelFamily family : families) {
            for (ModelType type : family.modelTypes()) {
                for (String suffix : family.heads().suffixes()) {
                    names.add(type.classPrefix() + suffix);
                }
            }
        }
        return names.stream().distinct().toList();
    }

    /** The head of a class of transformers, by the class's name; empty if its checkpoints do not run. */
    public Optional<Head<?>> headOf(String className) {
        Arguments.require(className, "className");
        for (ModelFamily family : families) {
            for (ModelType type : family.modelTypes()) {
                if (className.startsWith(type.classPrefix())) {
                    Optional<Head<?>> head = family.heads()
                            .named(className.substring(type.classPrefix().length()));
                    if (head.isPresent()) {
                        return head;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The class of a model type's tokenizer or image processor, for checkpoints whose files name none. */
    public Optional<String> preprocessor(String modelType) {
        Arguments.require(modelType, "modelType");
        for (ModelFamily family : families) {
            for (ModelType type : family.modelTypes()) {
                if (type.name().equals(modelType)) {
                    return type.preprocessor();
                }
            }
        }
        return Optional.ofNullable(PREPROCESSORS_OF_OTHERS.get(modelType));
    }
}
