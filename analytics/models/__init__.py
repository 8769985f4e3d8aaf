from analytics.models.yardstick import Benchmark, Target

__all__ = ["Benchmark", "Target"]
