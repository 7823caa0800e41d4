package io.tesserae.loaders.onnx;

import io.tesserae.loaders.files.ModelLoadingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which initializer is which weight of the state dict.
 *
 * <p>Most have its name. But an exporter that turns a linear layer's weight round, from {@code [out, in]} to the {@code [in, out]} that
 * {@code MatMul} reads, gives it a name of its own, {@code onnx::MatMul_787}. What it was is told by the bias that is added to the
 * product, {@code encoder.layer.0.attention.self.query.bias}, and by the name of the node, which is the path of the module that made
 * it. Where the two differ the file is refused.
 */
final class WeightUses {

    /**
     * An initializer under one of the names that nodes know it by.
     *
     * @param turned whether rows and columns have changed places since
     */
    private record Alias(Initializer initializer, boolean turned) {}

    /**
     * A product with a weight.
     *
     * @param transposed whether the weight lies as {@code [in, out]}
     */
    private record Product(Node node, Initializer weight, boolean transposed) {}

    private final Map<String, Initializer> initializers;
    private final String where;
    private final Map<String, Alias> aliases = new HashMap<>();
    private final Map<String, Product> products = new LinkedHashMap<>();
    private final Map<String, String> biasOfProduct = new HashMap<>();

    WeightUses(Map<String, Initializer> initializers, String where) {
        this.initializers = initializers;
        this.where = where;
    }

    /** Takes a node in; they come in the order in which they are computed. */
    void add(Node node) {
        if (node.inputs().isEmpty()
                || node.outputs().isEmpty()
                || !node.domain().isEmpty()) {
            return;
        }
        String first = node.inputs().getFirst();
        String output = node.outputs().getFirst();
        switch (node.operator()) {
            case "Identity", "Cast" -> alias(first).ifPresent(alias -> aliases.putIfAbsent(output, alias));
            case "Transpose" ->
                alias(first)
                        .filter(alias -> turnsMatrix(node, alias.initializer))
                        .ifPresent(alias -> aliases.putIfAbsent(output, new Alias(alias.initializer, !alias.turned)));
            case "MatMul" -> addProduct(node, false);
            case "Gemm" -> {
                addProduct(node, node.transB());
                if (node.inputs().size() == 3) {
                    addBias(output, node.inputs().get(2));
                }
            }
            case "Add" -> {
                if (node.inputs().size() == 2) {
                    addBias(first, node.inputs().get(1));
                    addBias(node.inputs().get(1), first);
                }
            }
            default -> {}
        }
    }

    private Optional<Alias> alias(String value) {
        Initializer initializer = initializers.get(value);
        return initializer != null
                ? Optional.of(new Alias(initializer, false))
                : Optional.ofNullable(aliases.get(value));
    }

    private static boolean turnsMatrix(Node node, Initializer initializer) {
        return initializer.shape().length == 2
                && (node.permutation().isEmpty() || node.permutation().equals(List.of(1L, 0L)));
    }

    private void addProduct(Node node, boolean turnedByNode) {
        if (node.inputs().size() < 2) {
            return;
        }
        alias(node.inputs().get(1))
                .filter(alias -> alias.initializer.shape().length == 2)
                .ifPresent(alias -> products.putIfAbsent(
                        node.outputs().getFirst(), new Product(node, alias.initializer, alias.turned == turnedByNode)));
    }

    private void addBias(String product, String bias) {
        if (products.containsKey(product)
                && bias.endsWith(".bias")
                && alias(bias).isPresent()) {
            biasOfProduct.putIfAbsent(product, bias.substring(0, bias.length() - ".bias".length()));
        }
    }

    /**
     * All weights by the names of the state dict.
     *
     * @throws ModelLoadingException if two are one, or one is two
     */
    Map<String, OnnxWeight> weights() {
        Map<String, List<OnnxWeight>> ofProducts = new HashMap<>();
        Map<String, OnnxWeight> weights = new LinkedHashMap<>();
        products.forEach((output, product) -> {
            OnnxWeight weight = new OnnxWeight(product.weight, product.transposed);
            ofProducts
                    .computeIfAbsent(product.weight.name(), key -> new ArrayList<>())
                    .add(weight);
            weightName(output, product).ifPresent(name -> put(weights, name, weight));
        });
        Set<String> named = weights.values().stream()
                .map(weight -> weight.initializer().name())
                .collect(Collectors.toSet());
        for (Initializer initializer : initializers.values()) {
            if (isTold(initializer) && (initializer.hasOwnName() || !named.contains(initializer.name()))) {
                put(
                        weights,
                        initializer.name(),
                        asUsed(initializer, ofProducts.getOrDefault(initializer.name(), List.of())));
            }
        }
        aliases.forEach((name, alias) -> {
            if (Initializer.isOwnName(name) && !weights.containsKey(name) && !alias.turned) {
                put(weights, name, new OnnxWeight(alias.initializer, false));
            }
        });
        return weights;
    }

    /** The name that a product gives its weight; empty where it says nothing, or the weight has its own. */
    private Optional<String> weightName(String output, Product product) {
        String ofBias = biasOfProduct.get(output);
        Optional<String> path = path(product.node.name());
        if (ofBias == null) {
            return path.filter(known -> !product.weight.hasOwnName()).map(known -> known + ".weight");
        }
        if (path.isPresent() && !agree(path.get(), ofBias)) {
            throw new ModelLoadingException(where + ": node \"" + product.node.name() + "\" reads the initializer \""
                    + product.weight.name() + "\", and adds the bias of " + ofBias
                    + ": which weight is it? Export the model again");
        }
        return Optional.of(ofBias + ".weight");
    }

    /** The module in {@code /encoder/layer.0/attention/self/query/MatMul}, with dots. */
    private static Optional<String> path(String node) {
        int last = node.lastIndexOf('/');
        return node.startsWith("/") && last > 0
                ? Optional.of(node.substring(1, last).replace('/', '.'))
                : Optional.empty();
    }

    /** One may begin with the name of a model around the other. */
    private static boolean agree(String path, String other) {
        return path.equals(other) || path.endsWith("." + other) || other.endsWith("." + path);
    }

    /** Constants of formulas, shapes and indices are no weights, unless they have a weight's name. */
    private static boolean isTold(Initializer initializer) {
        return initializer.hasOwnName()
                || initializer.type().isFloatingPoint()
                        && (initializer.elementCount() > 1 || initializer.name().matches("[A-Za-z][A-Za-z0-9_]*"));
    }

    private OnnxWeight asUsed(Initializer initializer, List<OnnxWeight> uses) {
        if (uses.stream().map(OnnxWeight::transposed).distinct().count() > 1) {
            throw new ModelLoadingException(where + ": the initializer \"" + initializer.name()
                    + "\" is used both as it is and the other way round: which of the two is the weight?");
        }
        return uses.isEmpty() ? new OnnxWeight(initializer, false) : uses.getFirst();
    }

    private void put(Map<String, OnnxWeight> weights, String name, OnnxWeight weight) {
        OnnxWeight other = weights.putIfAbsent(name, weight);
        if (other != null
                && (other.initializer() != weight.initializer() || other.transposed() != weight.transposed())) {
            throw new ModelLoadingException(where + ": both of the initializers \""
                    + other.initializer().name() + "\" and \""
                    + weight.initializer().name() + "\" are used as " + name
                    + "; export the model again");
        }
    }
}
